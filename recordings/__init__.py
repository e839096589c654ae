"""What is kept. DURABLE: synchronous; imports `signaling` only; knows no HTTP and no peers."""
