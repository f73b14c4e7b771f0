"""``plumbrule residency`` from the command line."""

import json

import pytest

from scanner.cli.main import run

MAIN = 'resource "azurerm_storage_account" "a" {\n  name = "a"\n  location = "westeurope"\n  account_replication_type = "LRS"\n}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "main.tf").write_text(MAIN)
    return tmp_path


def test_it_answers_and_ends_clean_whatever_leaves(folder, capsys):
    assert run(["residency", str(folder), "--residency-profile", "de-only", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(one["verdict"], one["destination"]["country"]) for one in answer["placements"]] == [("fail", "NL")]
    assert answer["profile"] == "de-only"


def test_a_broken_file_makes_it_incomplete(folder, capsys):
    (folder / "bad.tf").write_text("resource {{{\n")
    assert run(["residency", str(folder), "--format", "json"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["problems"][0]["kind"] == "unparsable"
    assert "bad.tf:1" in said.err


def test_a_profile_that_does_not_exist_is_misuse(folder, capsys):
    assert run(["residency", str(folder), "--residency-profile", "eu-onyl"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "eu-only" in said.err


@pytest.mark.parametrize(("form", "beginning"), [("text", "Where data can be"), ("csv", "source,type"), ("html", "<!doctype html>")])
def test_every_form(folder, capsys, form, beginning):
    assert run(["residency", str(folder), "--format", form]) == 0
    assert capsys.readouterr().out.startswith(beginning)


def test_the_configuration_of_the_named_folder_holds(folder, capsys):
    (folder / ".git").mkdir()
    inner = folder / "inner"
    inner.mkdir()
    (inner / "main.tf").write_text(MAIN)
    (inner / "plumbrule.yaml").write_text("residency: {profile: de-only}\n")
    assert run(["residency", str(inner), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == "de-only"
