"""The scikit-learn side; never imports keras."""
