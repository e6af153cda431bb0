"""Results to files: the tables that analysts open."""

from pipeline.export.files import write
from pipeline.export.formats import write_jsonl
from pipeline.export.outlets import with_outlets
from pipeline.export.rows import web_url
from pipeline.export.tables import run_id, tables

__all__ = ["run_id", "tables", "web_url", "with_outlets", "write", "write_jsonl"]
