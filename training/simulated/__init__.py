"""The simulated Batang: made-up businesses and the records they leave (docs/simulator.md)."""
