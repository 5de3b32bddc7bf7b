"""Forecasters: the seasonal floor, classic models on lags, nets on windows."""
