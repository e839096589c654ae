"""Run sheets as files: YAML, CSV and XLSX in, XLSX and YAML out, and what two of them differ in (CEREMONY §12)."""
