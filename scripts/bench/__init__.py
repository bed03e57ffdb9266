"""The parts of `bench_fanout.py`: servers side by side, each on one core, loaded from another."""
