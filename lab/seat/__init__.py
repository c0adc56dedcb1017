"""The student's seat."""
