"""What `gh api` does with the parameters that our workflow gives it, against a server of the test."""
import json
import os
import sys
import urllib.request

import jq

words = sys.argv[1:]
assert words.pop(0) == 'api', 'only gh api is played'
method, expression, fields, paginate, silent, path = 'GET', None, {}, False, False, None
while words:
    word = words.pop(0)
    if word == '--method':
        method = words.pop(0)
    elif word == '--jq':
        expression = words.pop(0)
    elif word == '--raw-field':
        name, value = words.pop(0).split('=', 1)
        fields[name] = value
    elif word == '--paginate':
        paginate = True
    elif word == '--silent':
        silent = True
    elif word.startswith('-'):
        sys.exit(f'unknown flag: {word}')
    else:
        path = word

url = f"{os.environ['FAKE_API']}/{path}"
while url:
    body = json.dumps(fields).encode() if fields else None
    headers = {'Authorization': f"Bearer {os.environ['GH_TOKEN']}", 'Content-Type': 'application/json'}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)) as response:
        answer = json.load(response)
        following = response.headers.get('X-Next')
    if expression:
        for result in jq.compile(expression).input_value(answer):
            print(result if isinstance(result, str) else json.dumps(result))
    elif not silent:
        print(json.dumps(answer))
    url = following if paginate else None
