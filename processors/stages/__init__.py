"""The stages of the flow: each routes what a pure decision made of one message."""
