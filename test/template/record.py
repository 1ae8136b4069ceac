"""Re-records what ansible-core renders for the corpus. Run by hand: python3 test/template/record.py

Writes corpus/expressions.json, templates.json and strings.json beside the sources. Needs ansible-core (recorded with
2.14 and Jinja2 3.1.2); the tests need only the JSON. Each expression is recorded as text (as a template file
prints it) and as a value (as native types give it).
"""

import copy
import json
import os
import pathlib
import sys
from collections.abc import ItemsView, KeysView, ValuesView

os.environ['ANSIBLE_JINJA2_EXTENSIONS'] = 'jinja2.ext.do,jinja2.ext.loopcontrols'
os.environ['TZ'] = 'UTC'
os.environ['LC_ALL'] = 'C.UTF-8'

import ansible.release
import jinja2
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.utils.unsafe_proxy import wrap_var
from ansible.template import AnsibleEnvironment, AnsibleNativeEnvironment, Templar

corpus = pathlib.Path(__file__).parent / 'corpus'
variables = json.loads((corpus / 'vars.json').read_text())
variables['hostile'] = wrap_var(variables['hostile'])
loader = DataLoader()
loader.set_basedir(str(corpus / 'files'))


def templar(native=False):
    made = Templar(loader=loader, variables=copy.deepcopy(variables))
    if native:
        made = made.copy_with_new_env(environment_class=AnsibleNativeEnvironment)
    made.environment.loader.searchpath = [str(corpus / 'files')]
    return made


def plain(value):
    """The value as JSON can hold it; whatever it cannot becomes its text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range, KeysView, ValuesView, ItemsView)):
        return [plain(item) for item in value]
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def attempt(run):
    try:
        return run()
    except Exception as error:  # every kind of failure counts as one
        return {'error': str(error).splitlines()[0][:200]}


def text(source, options=None, escape_backslashes=False):
    made = templar()
    if options:
        made = made.copy_with_new_env(environment_class=AnsibleEnvironment, **options)
    rendered = made.do_template(
        source, preserve_trailing_newlines=True, escape_backslashes=escape_backslashes, convert_data=False
    )
    return {'text': str(rendered)}


def value(expression):
    made = templar(native=True)
    caught = []
    made.environment.globals['catch'] = lambda one: caught.append(finalized(one)) or ''
    made.do_template('{{ catch(' + wrapped(expression) + ') }}', escape_backslashes=False)
    return {'value': plain(caught[0])}


def finalized(one):
    """What the environment does to a result before it is printed; printed here to fail on undefined ones."""
    str(one)
    return one


def wrapped(expression):
    return '(' + expression + ')'


def record_expression(expression):
    shown = attempt(lambda: text('{{ ' + expression + ' }}'))
    if 'error' in shown:
        return shown
    return {**shown, **attempt(lambda: value(expression))}


def main():
    lines = (corpus / 'expressions.txt').read_text().splitlines()
    expressions = [line for line in lines if line and not line.startswith('#')]
    recorded = {one: record_expression(one) for one in expressions}
    templates = {
        one['name']: attempt(lambda: text(one['source'], one.get('options')))
        for one in yaml.safe_load((corpus / 'templates.yml').read_text())
    }
    strings = {one: attempt(lambda: text(one, None, True)) for one in yaml.safe_load((corpus / 'strings.yml').read_text())}
    head = {'ansible-core': ansible.release.__version__, 'jinja2': jinja2.__version__, 'python': sys.version.split()[0]}
    for name, data in (('expressions', recorded), ('templates', templates), ('strings', strings)):
        content = json.dumps({'recorded_with': head, name: data}, indent=1, ensure_ascii=False)
        (corpus / f'{name}.json').write_text(content + '\n')
        failed = sum('error' in one for one in data.values())
        print(f'{name}: {len(data)} recorded, {failed} of them errors')


main()
