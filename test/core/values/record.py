"""Re-records test/core/values/recorded.json.gz: random YAML and JSON documents and what Python and ansible-core make of
them. Run by hand: python3 test/core/values/record.py (needs ansible-core)."""

import gzip
import json
import pathlib
import random

import yaml
from ansible.parsing.yaml.loader import AnsibleLoader
from ansible.plugins.filter.core import to_json, to_nice_json, to_yaml

SCALARS = [
    '1.0', '7.0', '2.50', '1.0e+3', '6.', '-0.0', '1.0e+22', '.nan', '.inf', '-.inf', '1.5', '-3', '0', '42',
    '9007199254740993', '-18446744073709551617', '0x1F', '0o17', '010', '1_000', '190:20:30', '~', 'null', 'true',
    'yes', 'no', 'off', 'text', '"1.0"', "'10'", "'true'", '1e3', '1.2.3', '""',
]
KEYS = [
    '0', '1', '2', '10', '80', '443', "'20'", "'3'", "'10'", "'007'", '1.0', '2.5', '-1', '~', 'true', 'false', 'a', 'b',
    'z', '"k y"', '9007199254740993', '1.0e+22',
]
JSON_SCALARS = [
    '1.0', '1e3', '-0.0', '2.5', '1E400', '9007199254740993', '-1152921504606846977', '0', '-7', 'true', 'false', 'null', '"x"',
    '"1.0"', '"\\u00e9\\n"', 'NaN', '-Infinity', '""', '1e22', '0.1', '1e-7',
]
JSON_KEYS = ['"20"', '"10"', '"3"', '"z"', '"a"', '"0"', '"01"', '"b c"', '"-1"']


def document(chance, scalars, keys, depth=0):
    kind = chance.random()
    if depth > 0 and (kind < 0.5 or depth > 3):
        return chance.choice(scalars)
    size = chance.randrange(0, 5)
    if kind < 0.7:
        return '[' + ', '.join(document(chance, scalars, keys, depth + 1) for _ in range(size)) + ']'
    names = chance.sample(keys, size)
    return '{' + ', '.join(name + ': ' + document(chance, scalars, keys, depth + 1) for name in names) + '}'


def attempt(run):
    try:
        return run()
    except Exception:
        return None


def main():
    chance = random.Random(14)
    rows = []
    while len(rows) < 2000:
        is_yaml = len(rows) % 2 == 0
        text = document(chance, SCALARS, KEYS) if is_yaml else document(chance, JSON_SCALARS, JSON_KEYS)
        value = AnsibleLoader(text).get_single_data() if is_yaml else json.loads(text)
        items = [repr(list(value.items()))] if isinstance(value, dict) else []
        rows.append([
            'yaml' if is_yaml else 'json', text, repr(value), attempt(lambda: to_json(value)),
            attempt(lambda: to_nice_json(value)), attempt(lambda: to_yaml(value, sort_keys=False)), *items,
        ])
    target = pathlib.Path(__file__).parent / 'recorded.json.gz'
    target.write_bytes(gzip.compress(json.dumps(rows, separators=(',', ':')).encode(), mtime=0))
    print(len(rows), target.stat().st_size)


main()
