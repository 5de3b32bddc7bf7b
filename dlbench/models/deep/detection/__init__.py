"""What nets that find objects share: boxes, anchors, suppression, ROI align, targets, losses."""
