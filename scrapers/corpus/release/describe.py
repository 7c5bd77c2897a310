"""What a release says of itself: its files in, metadata that machines and people read out.

`datapackage.json` is a Data Package (Frictionless, specs.frictionlessdata.io), `croissant.json` is Croissant 1.0
(MLCommons), CITATION and the changelog are for people. All are functions of the files and of the release's name.
"""

import json
from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa

from scrapers.catalog.shape import DAY, INSTANT, RATIO, TEXT, WHOLE, Column
from scrapers.corpus.release.compare import counts
from scrapers.corpus.release.files import Entry

TITLE = "Annual rule-of-law reports of Chinese government bodies"
ABOUT = (
    "Annual reports on the building of a rule-of-law government (法治政府建设年度报告), as published by Chinese "
    "government bodies on their sites: the clean text of each, its issuing body, division, year and dates, every "
    "address that carried it, and how copies and versions hang together."
)
TERMS = (
    "Official documents of state organs are not protected by copyright in China (Copyright Law, art. 5). "
    "The metadata are dedicated to the public domain (CC0 1.0)."
)
LICENSE = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/", "title": "CC0 1.0"}
MEDIA = {
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/gzip",
    "csv": "text/csv",
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
}
_TABLE_TYPES: dict[pa.DataType, str] = {
    TEXT: "string",
    WHOLE: "integer",
    RATIO: "number",
    DAY: "date",
    INSTANT: "datetime",
}
_CROISSANT_TYPES: dict[pa.DataType, str] = {
    TEXT: "sc:Text",
    WHOLE: "sc:Integer",
    RATIO: "sc:Float",
    DAY: "sc:Date",
    INSTANT: "sc:DateTime",
}


def citation(name: str, reports: int) -> str:
    """Return the line by which a paper names this release; its digest stands in SHA256SUMS."""
    return f"Report Archive. {TITLE}. Release {name} ({reports} reports)."


def datapackage(name: str, files: Iterable[Entry]) -> bytes:
    """Return the descriptor of every file, tables with their columns' names, types and meanings."""
    package = {
        "name": f"report-archive-{name}",
        "title": f"{TITLE}, release {name}",
        "description": f"{ABOUT} {TERMS}",
        "version": name,
        "licenses": [LICENSE],
        "resources": [_resource(file) for file in files],
    }
    return _json(package)


def croissant(name: str, files: Iterable[Entry], cited: str) -> bytes:
    """Return the Croissant description: the Parquet files as one set of records, the others as files."""
    listed = list(files)
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"report-archive-{name}",
        "description": ABOUT,
        "version": name.replace("-", "."),
        "datePublished": name[:10],
        "license": LICENSE["path"],
        "citeAs": cited,
        "url": "SHA256SUMS",
        "creator": {"@type": "sc:Organization", "name": "Report Archive"},
        "distribution": [_file_object(file) for file in listed],
        "recordSet": [_records(file) for file in listed if file.name.startswith("reports-") and file.kind == "parquet"],
    }
    return _json(described)


def changelog(name: str, before: str, rows: pl.DataFrame) -> str:
    """Return the changes in words, the first hundred of each kind by name."""
    lines = [f"# Release {name}", "", f"Against {f'release {before}' if before else 'nothing: this is the first'}.", ""]
    for kind, count in counts(rows).items():
        lines.append(f"## {kind}: {count}")
        shown = rows.filter(pl.col("change") == kind).head(100)
        for row in shown.iter_rows(named=True):
            what = f" ({row['fields']})" if row["fields"] else ""
            lines.append(
                f"- {row['report_id'][:12]} {row['agency'] or '?'} {row['report_year'] or '?'}{what}: {row['url']}"
            )
        lines += [f"- and {count - 100} more: see changes.jsonl.gz"] * (count > 100) + [""]
    return "\n".join(lines)


def _resource(file: Entry) -> dict[str, Any]:
    described = {
        "name": file.name.lower().replace(".jsonl.gz", "-jsonl").replace(".", "-"),
        "path": file.name,
        "mediatype": MEDIA[file.kind],
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.kind not in ("csv", "jsonl"):
        # Parquet carries its own schema; a table here would be read by whatever reader the validator happens to have.
        return described | {"type": "file", "format": file.name.rpartition(".")[2]}
    table = described | {"type": "table", "encoding": "utf-8", "schema": {"fields": list(map(_field, file.columns))}}
    if file.kind == "csv":
        return table | {"format": "csv", "dialect": {"csv": {"doubleQuote": True}}}
    return table | {"format": "jsonl", "compression": "gz"}


def _field(column: Column) -> dict[str, Any]:
    described = {"name": column.name, "type": _TABLE_TYPES[column.type], "description": column.meaning}
    return described if column.nullable else described | {"constraints": {"required": True}}


def _file_object(file: Entry) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet" if file.kind == "parquet" else MEDIA[file.kind].partition(";")[0],
        "sha256": file.sha256,
    }


def _records(file: Entry) -> dict[str, Any]:
    name = file.name.removesuffix(".parquet")
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/{column.name}",
            "name": column.name,
            "description": column.meaning,
            "dataType": _CROISSANT_TYPES[column.type],
            "source": {"fileObject": {"@id": file.name}, "extract": {"column": column.name}},
        }
        for column in file.columns
    ]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The JSON-LD context of Croissant 1.0, as its specification gives it."""
