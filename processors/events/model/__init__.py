"""A small trained model beside the rules: linear weights learnt from labelled sentences by `make train`."""
