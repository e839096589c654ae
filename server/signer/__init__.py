"""The signer: a small program on the signatory's own PC, `diemcau signer`, between the hub's page and the token.

It trusts nothing the hub says. It imports `recordings.ticket` and `signaling` only, listens on loopback only, answers one
origin, and signs only what `ticket.check` accepts and its holder has seen and confirmed with the PIN.
"""
