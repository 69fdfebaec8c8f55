"""Make multitrack songs: an algorithmic composer, instruments, singers and a mixing desk, all from one seed."""
