document.title = "code-exec playground";
