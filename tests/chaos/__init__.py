"""The kill test at full size, of chance: too long for every run of the tests, judged as strictly."""
