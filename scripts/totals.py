#!/usr/bin/env python3
"""Adds up JUnit reports: one line of totals; exit status 1 when something failed or nothing ran.

    totals.py REPORT.xml...                            prints "N passed, N failed[, N skipped]"
    totals.py --write REPORT.xml --name N --passed     makes the report of one step that has none (or --failed)
"""
import argparse
import sys
import xml.etree.ElementTree as xml


def write_report(path, name, passed):
    suite = xml.Element("testsuite", name=name, tests="1")
    case = xml.SubElement(suite, "testcase", name=name)
    if not passed:
        xml.SubElement(case, "failure")
    xml.ElementTree(suite).write(path)


def outcome_of(case):
    # ctest says it with an attribute, pytest with an element. A test that ctest lists and did not run could not
    # be started, which must not look like a pass.
    status = case.get("status", "run")
    if case.find("skipped") is not None or status == "disabled":
        return "skipped" if status != "notrun" or skipped_on_purpose(case) else "failed"
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "failed" if status in ("fail", "notrun") else "passed"


def skipped_on_purpose(case):
    # A googletest that called GTEST_SKIP(): ctest knows it by SKIP_REGULAR_EXPRESSION.
    return "SKIP_REGULAR_EXPRESSION" in case.find("skipped").get("message", "")


def add_up(paths):
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for path in paths:
        try:
            root = xml.parse(path).getroot()
        except (OSError, xml.ParseError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            totals["failed"] += 1
            continue
        # In pytest's reports one test can stand twice (a failure, and then an error while tearing down): the worse
        # counts. In ctest's, two programs may have tests of one name.
        by_name = root.tag == "testsuites"
        worst = {}
        rank = ["skipped", "passed", "failed"]
        for place, case in enumerate(root.iter("testcase")):
            key = (case.get("classname"), case.get("name")) if by_name else place
            worst[key] = max(worst.get(key, "skipped"), outcome_of(case), key=rank.index)
        for outcome in worst.values():
            totals[outcome] += 1
    return totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reports", nargs="*")
    parser.add_argument("--write")
    parser.add_argument("--name")
    verdict = parser.add_mutually_exclusive_group()
    verdict.add_argument("--passed", action="store_true")
    verdict.add_argument("--failed", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        write_report(arguments.write, arguments.name, arguments.passed)
        return 0
    totals = add_up(arguments.reports)
    line = f"{totals['passed']} passed, {totals['failed']} failed"
    print(line + (f", {totals['skipped']} skipped" if totals["skipped"] else ""))
    return 1 if totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
