import pydoc
print(pydoc.render_doc(len, renderer=pydoc.plaintext), pydoc.locate("json.dumps").__name__)
