"""The review room: a thin skin over `Study`."""
