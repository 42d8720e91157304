import xml.etree.ElementTree as tree
root = tree.fromstring("<a b='1'><c>é</c></a>")
print(tree.tostring(root), root.find("c").text, [element.tag for element in root.iter()])
