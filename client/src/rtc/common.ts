/** Small things both directions need. */
export function peer(ice: RTCIceServer[]): RTCPeerConnection {
  return new RTCPeerConnection({ iceServers: ice, bundlePolicy: "max-bundle" });
}

export function everySecond(act: () => void): () => void {
  const timer = setInterval(act, 1000);
  return () => clearInterval(timer);
}
