"""The forwarding plane. Imports only `signaling.names` and `signaling.scenes`; pure but `port`, `tcp`, `plane`."""
