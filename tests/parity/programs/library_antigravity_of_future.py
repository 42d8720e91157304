import __future__, keyword, token
print(__future__.all_feature_names, keyword.softkwlist, token.tok_name[1])
