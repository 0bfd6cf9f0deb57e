// Real servers, clusters and browsers run in these tests: two at a time on two cores.
[assembly: Parallelization(MaxThreads = 2)]
