"""Runs classes of tempest's own, unmodified tests.

It is told which by lines of JSON on its standard input ({"class": ..., "tests": [...]}), and tells what happens by lines of JSON on
descriptor 3: the tests there are, then the verdict of each test, and the end of each class. A class whose setUpClass fails or
skips has that verdict under the name of the class. Which cloud it is, tempest reads from TEMPEST_CONFIG_DIR and TEMPEST_CONFIG.
"""
import json
import os
import sys
import time
import traceback
import unittest

import tempest
import testtools

TOP = os.path.dirname(os.path.dirname(tempest.__file__))
LONGEST_REASON = 4000


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def name_of(test):
    return test.id().split('[')[0]


def class_of(test):
    return '%s.%s' % (type(test).__module__, type(test).__name__)


def discover(path):
    classes = {}
    for test in flatten(unittest.TestLoader().discover(os.path.join(TOP, path), top_level_dir=TOP)):
        classes.setdefault(class_of(test), []).append(test)
    return classes


class Teller(testtools.TestResult):
    def __init__(self, tell):
        super().__init__()
        self.tell = tell
        self.started = time.time()

    def startTest(self, test):
        super().startTest(test)
        self.started = time.time()

    def verdict(self, test, verdict, reason=''):
        self.tell(event='verdict', test=name_of(test), verdict=verdict, seconds=round(time.time() - self.started, 2),
                  reason=reason[-LONGEST_REASON:])

    @staticmethod
    def text(err, details):
        if details:
            return '\n'.join(content.as_text() for name, content in details.items() if 'traceback' in name)
        return ''.join(traceback.format_exception(*err)) if err else ''

    def addSuccess(self, test, details=None):
        self.verdict(test, 'passed')

    def addFailure(self, test, err=None, details=None):
        self.verdict(test, 'failed', self.text(err, details))

    addError = addFailure

    def addSkip(self, test, reason=None, details=None):
        self.verdict(test, 'skipped', reason or (details['reason'].as_text() if details and 'reason' in details else ''))

    def addExpectedFailure(self, test, err=None, details=None):
        self.verdict(test, 'passed')

    def addUnexpectedSuccess(self, test, details=None):
        self.verdict(test, 'failed', 'it passed, and tempest expects it to fail')


def main():
    out = os.fdopen(3, 'w', buffering=1)

    def tell(**what):
        out.write(json.dumps(what) + '\n')

    classes = discover(sys.argv[1])
    tell(event='ready', classes={name: sorted({name_of(test) for test in tests}) for name, tests in classes.items()})
    for line in sys.stdin:
        order = json.loads(line)
        wanted = set(order['tests'])
        suite = unittest.TestSuite(test for test in classes[order['class']] if name_of(test) in wanted)
        suite.run(Teller(tell))
        tell(event='end', **{'class': order['class']})


main()
