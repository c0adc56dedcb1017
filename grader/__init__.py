"""The marks: reads evidence and returns findings with reasons; pure."""
