"""The report of a run: one HTML file to read, one JSON file for programs, and the certificates."""

from checker.report.write import SCHEMA, ReportError, write_report

__all__ = ["SCHEMA", "ReportError", "write_report"]
