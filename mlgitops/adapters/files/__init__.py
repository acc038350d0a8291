"""Files of the machine: the work tree as a snapshot, and writes that are whole or not at all."""
