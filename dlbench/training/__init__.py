"""The loops that train: one for estimators, one for networks. They see core, forms and prepare."""
