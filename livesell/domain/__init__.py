"""The rules of a sale, pure: no clock, no await, no input or output. One noun a file."""
