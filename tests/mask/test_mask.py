"""A secret that somebody planted anywhere survives nowhere, and what is no secret stays readable."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import mask
from scanner.mask import trees
from scanner.mask.lines import _by_line, hidden
from scanner.model.unknown import Unknown
from scanner.syntax.text import lines_of


def shown(text: str) -> str:
    """Show a whole file as an excerpt of it would be shown."""
    lines = zip(lines_of(text), hidden(text), strict=True)
    return "\n".join(mask.cover(line, ranges) for line, ranges in lines)


@pytest.mark.parametrize(
    "source",
    [
        "password: Hunter2-Xyzzy/42",
        "PASSWORD = Hunter2-Xyzzy/42",
        "  db_password: 'Hunter2-Xyzzy/42'   # comment",
        '  "apiKey": "Hunter2-Xyzzy/42",',
        'admin_password = "Hunter2-Xyzzy/42"',
        "password: correct Hunter2-Xyzzy/42 battery",
        "{password: correct Hunter2-Xyzzy/42 battery, b: 1}",
        '{ "name": "DB_PASSWORD",\n  "value": "Hunter2-Xyzzy/42" }',
        "secrets:\n  key: Hunter2-Xyzzy/42\n",
        "password:\n  - Hunter2-Xyzzy/42\n",
        "password: |\n  name: Hunter2-Xyzzy/42\n\n  more Hunter2-Xyzzy/42\n",
        "password: >-\n    Hunter2-Xyzzy/42",
        'password: "first\n  Hunter2-Xyzzy/42"',
        "secrets:\n  db: Hunter2-Xyzzy/42\n",
        "secrets:\n  db:\n    main: Hunter2-Xyzzy/42\n",
        "env:\n- name: DB_PASSWORD\n  value: Hunter2-Xyzzy/42\n",
        "env:\n- value: Hunter2-Xyzzy/42\n  name: DB_PASSWORD\n",
        'env:\n  - name: "API_TOKEN"\n    value: "Hunter2-Xyzzy/42"\n',
        "env: [{name: DB_PASSWORD, value: Hunter2-Xyzzy/42}]",
        "- {value: Hunter2-Xyzzy/42, name: DB_PASSWORD}",
        '"env": [\n{\n"name": "DB_PASSWORD",\n"value": "Hunter2-Xyzzy/42"\n}\n]',
        '{"env":[{"name":"A","value":"x"},{"name":"DB_PASSWORD","value":"Hunter2-Xyzzy/42"}]}',
        "kind: Secret\nstringData:\n  anything: Hunter2-Xyzzy/42\n",
        "kind: Secret\ndata:\n  name: Hunter2-Xyzzy/42\n",
        "kind: Secret\nstringData:\n  conf.yaml: |\n    a:\n      name: Hunter2-Xyzzy/42\n",
        "stringData:\n  anything: Hunter2-Xyzzy/42\nkind: Secret\n",
        '{\n"kind": "Secret",\n"data": {\n"x": "Hunter2-Xyzzy/42"\n}}',
        '{"kind":"Secret","stringData":{"x":"{a}","y":"Hunter2-Xyzzy/42"}}',
        "{kind: Secret, stringData: {x: Hunter2-Xyzzy/42}}",
        'variable "db_password" {\n  type = string\n  default = "Hunter2-Xyzzy/42"\n}',
        'resource "azurerm_key_vault_secret" "a" {\n  name = "n"\n  value = "Hunter2-Xyzzy/42"\n}',
        'resource "kubernetes_secret" "a" {\n  data = {\n    x = "Hunter2-Xyzzy/42"\n  }\n}',
        "secret_string = <<EOT\nHunter2-Xyzzy/42\nEOT\nb = 1",
        'resource "aws_x" "y" {\n    password = <<-EOT\n  {"a": "Hunter2-Xyzzy/42"}\n  EOT\n}',
        'password = jsonencode({\n  a = "Hunter2-Xyzzy/42"\n})',
        "args:\n  - --password\n  - Hunter2-Xyzzy/42\n",
        'args: ["--db-password", "Hunter2-Xyzzy/42"]',
        "args: [--password=Hunter2-Xyzzy/42]",
        "command: [sh, -c, 'tool --token Hunter2-Xyzzy/42 --verbose']",
        "run: curl -u admin:Hunter2-Xyzzy/42 https://example.org",
        'args: ["curl", "-u", "admin:Hunter2-Xyzzy/42"]',
        "- -u\n- admin:Hunter2-Xyzzy/42",
        "run: curl -H 'Authorization: Bearer Hunter2-Xyzzy/42' https://example.org",
        "run: mysql -h db -pHunter2-Xyzzy/42",
        "run: sshpass -p Hunter2-Xyzzy/42 ssh host",
        "run: PGPASSWORD=Hunter2-Xyzzy/42 psql",
        "config: |\n  spring.datasource.password=Hunter2-Xyzzy/42\n  a: b",
        "conn: Server=db;User Id=sa;Password=Hunter2-Xyzzy/42;Encrypt=true",
        "x: https://a.example.org/?token=Hunter2-Xyzzy/42&b=c",
        "x: https://a.blob.core.windows.net/c?sv=1&sig=Hunter2-Xyzzy/42",
        "Tls.Key: Hunter2-Xyzzy/42",
        "password: $Hunter2-Xyzzy/42",
        "Parameters:\n  DBPassword:\n    Type: String\n    Default: Hunter2-Xyzzy/42\n",
        "Resources:\n  LogsKey:\n    Properties:\n      MasterPassword: Hunter2-Xyzzy/42\n",
        "password: ${X:-Hunter2-Xyzzy/42}",
        'password = "${var.a}Hunter2-Xyzzy/42"',
    ],
)
def test_a_planted_secret_is_not_shown_in_source(source: str) -> None:
    assert "Hunter2" not in shown(source), shown(source)
    assert "Xyzzy/42" not in shown(source), shown(source)


@pytest.mark.parametrize(
    "known",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a" * 36,
        "github_pat_" + "A1" * 20,
        "glpat-" + "x" * 20,
        "xoxb-" + "1234567890-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "AIza" + "b" * 35,
        "sk_live_" + "c" * 24,
        "npm_" + "d" * 36,
        "dop_v1_" + "e" * 64,
        "hvs." + "f" * 24,
        "abc8Q~" + "g" * 34,
    ],
)
def test_known_key_formats_are_hidden_everywhere(known: str) -> None:
    for written in (mask.value(known), mask.text(f"x: {known}"), mask.prose(f"the value {known} is here"), mask.value({"a": [known]})):
        assert known not in written
        assert known[-8:] not in written


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://app:s3cr/et@db:5432/x", "postgres://app:***@db:5432/x"),
        ("https://ghtoken0123456789@example.org/a.git", "https://***@example.org/a.git"),
        ("ssh://git@example.org/a.git", "ssh://git@example.org/a.git"),
        ("https://example.org:8443/a@b", "https://example.org:8443/a@b"),
    ],
)
def test_credentials_in_urls(url: str, expected: str) -> None:
    assert mask.value(url) == expected


@pytest.mark.parametrize(
    "line",
    [
        "automountServiceAccountToken: true",
        "    secretName: web-tls",
        "  key_vault_id = azurerm_key_vault.main.id",
        "keyVaultId: /subscriptions/0/vaults/v",
        "topologyKey: kubernetes.io/hostname",
        "password = var.db_password",
        "password: ${DB_PASSWORD}",
        "password: {{ .Values.password }}",
        "privileged: true",
        "id-token: write",
        "password: $DB_PASSWORD",
        'token: "${{ secrets.DEPLOY_TOKEN }}"',
        "image: registry.example.org/app:1.2.3",
        "runAsUser: 1000",
        "tokenExpirationSeconds: 3600",
        "docker run -u 1000:1000 app",
        "hostPath: {path: /var/run/docker.sock}",
        "secretKeyRef: {name: db, key: db-main}",
        "- secretRef:",
        "namespace: secrets-demo",
        "resources: [secrets]",
    ],
)
def test_what_is_no_secret_stays_readable(line: str) -> None:
    assert mask.text(line) == line


def test_structure_around_secrets_stays_readable() -> None:
    tolerations = "  tolerations:\n  - key: dedicated\n    operator: Exists\n"
    volumes = "  volumes:\n  - secret:\n      secretName: a\n      items:\n      - key: b\n        path: c\n"
    source = f"kind: Pod\nspec:\n{tolerations}{volumes}Resources:\n  DbSecret:\n    Effect: Allow\n"
    assert shown(source) == source


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        ("plain", "", "plain"),
        ("x", "spec.password", "***"),
        (7, "replicas", "7"),
        (123456, "pin.password", "***"),
        (True, "automountServiceAccountToken", "true"),
        (None, "password", "null"),
        ({"b": [1, "ä"]}, "", '{"b":[1,"ä"]}'),
        ({"name": "DB_PASSWORD", "value": "x"}, "env[0]", '{"name":"DB_PASSWORD","value":"***"}'),
        ("x", "DB_PASSWORD.value", "***"),
        ("x", "LOG_LEVEL.value", "x"),
        ({"password": ["a", "b"]}, "", '{"password":["***","***"]}'),
        (Unknown("var.x has no value"), "a", "unknown: var.x has no value"),
        ("a\x1b[31m\u202eb\n", "", "a\\x1b[31m\\u202eb\\n"),
    ],
)
def test_values(value: object, key: str, expected: str) -> None:
    assert mask.value(value, key) == expected


def test_the_data_of_a_secret_is_hidden_by_its_type() -> None:
    assert mask.value("x", "stringData.anything", "Secret") == "***"
    assert mask.value("x", "data.anything", "ConfigMap") == "x"


@given(st.text(), st.sampled_from(["password", "API_TOKEN", "clientSecret", "storage_account_key"]))
def test_a_value_under_a_secret_name_is_always_hidden(planted: str, name: str) -> None:
    assert mask.value(planted, name) == "***"
    assert json.loads(mask.value({"a": {name: planted}})) == {"a": {name: "***"}}


SECRETS = st.text(st.characters(min_codepoint=48, max_codepoint=122, categories=("L", "N")), min_size=9).map("Zq9".__add__)
PLACES = (
    "password: {}",
    "- name: MY_SECRET\n  value: {}",
    "kind: Secret\nstringData:\n  a:\n    b: {}",
    "x --token {}",
    "ftp://u:{}@h",
    '"k": 1, "pwd": "{}"',
)


@given(SECRETS, st.sampled_from(PLACES), st.text("ab :-=\n{}[]\"'|>#,", max_size=30))
def test_a_planted_secret_never_survives_whatever_follows(planted: str, place: str, after: str) -> None:
    assert planted not in shown(place.format(planted) + "\n" + after)


KEYS = st.sampled_from(["a", "spec", "env", "name", "value", "data", "key", "items", "config.json", "x-y", "Ä"])
PLANTED = st.text(st.sampled_from("abcXYZ019 :#{}[],&*!|>%@'\"\\$/=+-_.\n\t"), min_size=4).map(lambda text: f"Zq9{text}Xw7")
HOLDERS = st.one_of(
    st.builds(lambda key, planted: {key: planted}, st.sampled_from(["password", "apiKey", "CLIENT_SECRET", "db-token"]), PLANTED),
    st.builds(lambda name, planted: {"name": name, "value": planted}, st.sampled_from(["DB_PASSWORD", "API_TOKEN"]), PLANTED),
    st.builds(lambda name, planted: {"value": planted, "name": name}, st.sampled_from(["DB_PASSWORD", "API_TOKEN"]), PLANTED),
    st.builds(lambda key, planted: {"kind": "Secret", "stringData": {key: planted}}, KEYS, PLANTED),
    st.builds(lambda planted: {"passwords": ["first", planted]}, PLANTED),
)
TREES = st.recursive(
    HOLDERS, lambda inner: st.one_of(st.dictionaries(KEYS, inner, min_size=1, max_size=2), st.lists(inner, min_size=1, max_size=2))
)
STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([None, True, False]),
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "width": st.sampled_from([10, 80, 10_000]),
        "indent": st.sampled_from([2, 4]),
        "allow_unicode": st.booleans(),
        "sort_keys": st.booleans(),
    }
)


@settings(max_examples=300)
@given(TREES, STYLES)
def test_whatever_way_yaml_is_written_the_secret_is_hidden(tree: object, style: dict[str, object]) -> None:
    written = yaml.safe_dump(tree, **style)
    assert "Zq9" not in shown(written), written
    assert "Xw7" not in shown(written), written


@settings(max_examples=200)
@given(TREES, st.sampled_from([None, 0, 1, 4]))
def test_whatever_way_json_is_written_the_secret_is_hidden(tree: object, indent: int | None) -> None:
    written = json.dumps(tree, indent=indent)
    assert "Zq9" not in shown(written), written
    assert "Xw7" not in shown(written), written


@given(
    st.lists(
        st.sampled_from(
            [
                "AKIAABCDEFGHIJKLMNOP",
                "https://",
                "user:",
                "pa55word",
                "@host",
                "-p ",
                "-u ",
                "me:x1",
                "--token ",
                "token=",
                "abc123",
                "/",
                "-",
                " ",
                "sk-",
                "a.b",
                "mysql ",
            ]
        ),
        max_size=6,
    ).map("".join)
)
def test_behind_the_slash_of_an_address_is_no_secret_that_the_address_does_not_show(name: str) -> None:
    """JSON and others write the name of a resource as it is where its address hides nothing."""
    address = f"kubernetes:shop/Pod/{name}"
    assert mask.prose(address) != address or mask.prose(name) == name


@given(st.text())
def test_every_line_has_its_ranges_and_they_lie_inside(text: str) -> None:
    lines, ranges = lines_of(text), hidden(text)
    assert len(lines) == len(ranges)
    assert all(0 <= start <= end <= len(line) for line, found in zip(lines, ranges, strict=True) for start, end in found)


@given(st.text())
def test_what_is_escaped_is_printable_on_one_line_and_stays_so(text: str) -> None:
    escaped = mask.escape(text)
    assert mask.escape(escaped) == escaped
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in escaped)


@pytest.mark.parametrize("piece", ["a", " ", "-", "{", '"', "a:", "k='", "--a ", "://a:", "a=", "mysql ", "- ", "Bearer ", ":", '\\"'])
def test_hostile_texts_end(piece: str) -> None:
    text = f"{piece}\n" * 20_000 + piece * 2_000
    assert len(hidden(text)) == len(lines_of(text))


def test_a_text_that_nests_too_deep_or_is_too_large_is_not_shown() -> None:
    assert shown("a: " + "[" * 5_000) == "***"
    assert "visible" not in shown("visible: 1\n" * 500_000)


@pytest.mark.parametrize("piece", ["a", " ", "-", "{", '"', "a:", "k='", "--a ", "://a:", "a=", "mysql ", "- ", "Bearer ", ":", '\\"'])
def test_hostile_lines_end(piece: str) -> None:
    mask.text(piece * (9_000 // len(piece)))
    assert mask.prose(piece * 50_000)


ESTATE = sorted((Path(__file__).parents[1] / "estate").rglob("*.yaml"))


@pytest.mark.parametrize("path", ESTATE, ids=lambda path: path.name)
def test_secrets_of_plain_yaml_are_those_that_libyaml_finds(path: Path) -> None:
    text = path.read_text("utf-8")
    assert _by_line(text, trees.secrets(text)) == _by_line(text, trees._secrets_by_libyaml(text))
