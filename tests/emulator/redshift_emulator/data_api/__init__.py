"""The Redshift Data API on attached databases, in place of moto's, which answers canned rows.

Everything here is by botocore's model; what the model does not say is marked C, I or U as in the rest of the emulator.
"""
