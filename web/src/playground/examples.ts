// Programs to begin with, by the name of a runtime. The first is what a visitor sees.
import type {Source} from "./api";

export interface Example extends Partial<Omit<Source, "language">> {
  title: string;
  code: string;
  interactive?: boolean;
}

const python: Example[] = [
  {
    title: "Hello",
    code: `# Ctrl-Enter runs it.
for word in ("Hello", "from", "code-exec"):
    print(word)
`,
  },
  {
    title: "Line by line",
    code: `# What is printed is seen at once, not at the end.
import time

for number in range(1, 11):
    print(f"{number:2}  {'▪' * number}", flush=True)
    time.sleep(0.3)
`,
  },
  {
    title: "A game of questions",
    interactive: true,
    code: `# Type your answer below the output.
import random

secret = random.randint(1, 100)
print("I think of a number from 1 to 100.", flush=True)
for guesses in range(1, 100):
    guess = int(input("Your guess? "))
    if guess == secret:
        print(f"Yes! {guesses} guesses.")
        break
    print("Higher." if guess < secret else "Lower.", flush=True)
`,
  },
  {
    title: "Input, arguments, files",
    stdin: "3 1 4 1 5 9 2 6\n",
    args: ["--reverse"],
    files: [{name: "names.txt", content: "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"}],
    code: `import pathlib
import sys

names = pathlib.Path("names.txt").read_text().split()
numbers = sorted(map(int, sys.stdin.read().split()), reverse="--reverse" in sys.argv)
print(*(names[number] for number in numbers))
`,
  },
  {
    title: "An endless loop",
    limits: {cpuTimeMs: 2000},
    code: `# It is stopped by its limit of CPU time, or by you.
count = 0
while True:
    count += 1
`,
  },
];

const c: Example[] = [
  {
    title: "Hello",
    code: `#include <stdio.h>

int main(void) {
  puts("Hello from C");
}
`,
  },
  {
    title: "Count the lines of the input",
    stdin: "one\ntwo\nthree\n",
    code: `#include <stdio.h>

int main(void) {
  int lines = 0;
  for (int c; (c = getchar()) != EOF;) lines += c == '\\n';
  printf("%d lines\\n", lines);
}
`,
  },
  {
    title: "A null pointer",
    code: `#include <stdio.h>

int main(void) {
  int *volatile nothing = NULL;
  fputs("about to crash\\n", stderr);
  return *nothing;
}
`,
  },
];

const cpp: Example[] = [
  {
    title: "Hello",
    code: `#include <iostream>

int main() {
  std::cout << "Hello from C++\\n";
}
`,
  },
  {
    title: "Words by frequency",
    stdin: "the cat and the dog and the bird\n",
    code: `#include <iostream>
#include <map>
#include <string>

int main() {
  std::map<std::string, int> counts;
  for (std::string word; std::cin >> word;) ++counts[word];
  for (const auto& [word, count] : counts) std::cout << count << "  " << word << '\\n';
}
`,
  },
  {
    title: "A compile error",
    code: `#include <string>

int main() {
  std::string text = 42;
}
`,
  },
];

const javascript: Example[] = [
  {
    title: "Hello",
    code: `console.log("Hello from Node.js", process.version);
`,
  },
  {
    title: "Line by line",
    code: `const { setTimeout: sleep } = require("node:timers/promises");

async function count() {
  for (let number = 1; number <= 10; number++) {
    console.log(number, "squared is", number * number);
    await sleep(300);
  }
}

count();
`,
  },
];

const bash: Example[] = [
  {
    title: "Hello",
    code: `echo "Hello from Bash $BASH_VERSION"
`,
  },
  {
    title: "What a program sees",
    code: `echo "I am $(id -un 2>/dev/null || id -u) on $(hostname), in $PWD."
ls -la
echo "My processes:"
ps 2>/dev/null || ls -d /proc/[0-9]*
`,
  },
  {
    title: "Ask and answer",
    interactive: true,
    code: `read -rp "What is your name? " name
echo "Hello, $name."
`,
  },
];

const others: Record<string, string> = {
  go: `package main

import "fmt"

func main() {
	fmt.Println("Hello from Go")
}
`,
  java: `public class Main {
    public static void main(String[] args) {
        System.out.println("Hello from Java");
    }
}
`,
  lua: `print("Hello from Lua")
`,
  perl: `print "Hello from Perl\\n";
`,
  php: `<?php
echo "Hello from PHP\\n";
`,
  ruby: `puts "Hello from Ruby"
`,
  rust: `fn main() {
    println!("Hello from Rust");
}
`,
  typescript: `const greeting: string = "Hello from TypeScript";
console.log(greeting);
`,
};

const known: Record<string, Example[]> = {python, c, cpp, javascript, bash};

export function examplesFor(language: string): Example[] {
  return known[language] ?? [{title: "Hello", code: others[language] ?? ""}];
}
