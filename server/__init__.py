"""What is alive: process, sessions, web edge, media plane, command line."""
