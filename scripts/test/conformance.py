"""Runs Jupyter's own conformance suite (jupyter_kernel_test) on a kernel and prints what came of it as JSON; conformance.test.mjs judges.

Arguments: the name of the kernel; names of tests, when not all are to run.
"""

import json
import os
import sys
import unittest

import jupyter_kernel_test

NAME, *TESTS = sys.argv[1:]


class TypeScript(jupyter_kernel_test.KernelTests):
    kernel_name = NAME
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world');"
    code_stderr = "console.error('oh');"
    completion_samples = [{"text": "Math.ab", "matches": {"abs"}}]
    complete_code_samples = ["const x = 1;", "function f() { return 1; }", "await Promise.resolve(1);"]
    incomplete_code_samples = ["function f() {", "const list = ["]
    invalid_code_samples = ["let = 1 1", "const 3 = x;"]
    code_generate_error = "throw new Error('wanted');"
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_display_data = [{"code": "import { display } from 'tslab'; display.html('<b>x</b>');", "mime": "text/html"}]
    code_inspect_sample = "Math.abs"
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = ""


def names(found):
    return sorted(test.id().split(".")[-1] for test, _ in found)


def main():
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    result = unittest.TestResult()
    loader = unittest.defaultTestLoader
    tests = unittest.TestSuite(map(TypeScript, TESTS)) if TESTS else loader.loadTestsFromTestCase(TypeScript)
    tests.run(result)
    print(json.dumps({"run": result.testsRun, "failures": names(result.failures), "errors": names(result.errors), "skipped": names(result.skipped),
                      "why": [text[-1500:] for _, text in [*result.failures, *result.errors]]}))


main()
