"""``plumbrule tags``: the same coverage as text, JSON, CSV and a page."""

import csv
import io
import json

import pytest

from scanner.cli.main import run

FILES = {
    "main.tf": """
provider "aws" {
  default_tags {
    tags = { Owner = "=shop" }
  }
}
resource "aws_s3_bucket" "media" {
  tags = { Environment = "dev" }
}
resource "aws_s3_bucket_policy" "media" {
  bucket = aws_s3_bucket.media.id
}
variable "tags" {}
resource "aws_sqs_queue" "orders" {
  tags = var.tags
}
""",
    "shop.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {owner: '<b>'}}\n",
    "plumbrule.yaml": "tags: {required: [owner, environment]}\n",
}


@pytest.fixture
def answered(tmp_path, capsys):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def answer(output):
        assert run(["tags", str(tmp_path), "--format", output]) == 0
        return capsys.readouterr().out

    return answer


def test_json_counts_every_value(answered):
    answer = json.loads(answered("json"))
    assert answer["coverage"]["owner"] == {"=shop": 2, "<b>": 1}
    assert answer["coverage"]["environment"] == {"dev": 1, "(none)": 1, "(unknown)": 1}
    assert {row["address"]: row["missing"] for row in answer["resources"]} == {
        "aws_s3_bucket.media": [],
        "aws_sqs_queue.orders": None,
        "kubernetes:-/Namespace/shop": ["environment"],
    }


def test_csv_has_a_row_per_resource_and_no_formula(answered):
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(answered("csv")))}
    assert rows["aws_s3_bucket.media"]["owner"] == "'=shop"
    assert rows["aws_sqs_queue.orders"]["missing"] == "(unknown)"


def test_text_names_what_lacks_a_tag_and_where(answered):
    text = answered("text")
    assert "owner: 3 of 3 resources" in text
    assert "shop.yaml:3 kubernetes:-/Namespace/shop: environment" in text
    assert "aws_s3_bucket.media: " not in text


def test_the_page_escapes_what_people_write(answered):
    page = answered("html")
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "environment: 1 of 3" in page


@pytest.mark.parametrize(("section", "hint"), [("{requierd: [owner]}", "required"), ("{inherit: [resource_grup]}", "resource_group")])
def test_a_misspelt_key_is_refused_with_the_nearest(tmp_path, capsys, section, hint):
    (tmp_path / "plumbrule.yaml").write_text(f"tags: {section}\n")
    assert run(["tags", str(tmp_path)]) == 2
    assert hint in capsys.readouterr().err
