"""Outside clients: simulated sites that speak HTTP, WebSocket and WebRTC like a stranger."""
