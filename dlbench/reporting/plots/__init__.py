"""Figures as Vega-Lite specifications: one file a figure, from findings and evidence to plain data.

Text from outside stands in the data alone, never in an expression or a field's name.
"""
