"""What exported scripts are made of: modules that need numpy, pandas, scikit-learn and Keras alone."""
