"""The district's work on a case, up to the handover sheet."""
