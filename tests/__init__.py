"""The tests mirror planzoo/: planzoo/x/y.py is tested by tests/x/test_y.py."""
