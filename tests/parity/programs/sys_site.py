import site, sys
print(site.ENABLE_USER_SITE, site.USER_SITE, site.USER_BASE, site.PREFIXES, site.getsitepackages(), site.check_enableusersite())
print(sys.flags.no_user_site, sys.flags.no_site, site.getusersitepackages())
