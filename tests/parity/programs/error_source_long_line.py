#: exit_code = 1
x = 1; y = "                                                                                                                                "; z = x / 0; w = "                                                                                          "
