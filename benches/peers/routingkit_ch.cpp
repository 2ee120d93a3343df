// Measures RoutingKit's contraction hierarchy, which no package of Python offers, on the graph of examples/export_flat.rs.
//
// Call: routingkit_ch <folder of the graph> <file of roots> <trees to keep> <folder for answers>. The file of roots has 32-bit nodes: first
// the origins, then as many destinations. Prints `task,median_ms,samples` in processor time of this process, and leaves the
// answers as 32-bit numbers in the files `trees` and `matrix`.
#include <routingkit/contraction_hierarchy.h>
#include <routingkit/inverse_vector.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

using Numbers = std::vector<unsigned>;

static Numbers read(const std::string& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    Numbers numbers(static_cast<size_t>(in.tellg()) / sizeof(unsigned));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(unsigned)));
    return numbers;
}

static void write(const std::string& file, const Numbers& numbers) {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(unsigned)));
}

static double once(const std::function<void()>& work) {
    timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    work();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    return static_cast<double>(end.tv_sec - begin.tv_sec) * 1e3 + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e6;
}

static void row(const char* task, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("%s,%.6f,%zu\n", task, times[times.size() / 2], times.size());
    std::fflush(stdout);
}

int main(int, char** arguments) {
    const std::string graph = arguments[1], answers = arguments[4];
    const unsigned samples = 20, kept = static_cast<unsigned>(std::stoi(arguments[3]));
    const Numbers first = read(graph + "/first_out"), head = read(graph + "/heads"), weight = read(graph + "/weights");
    const Numbers tail = RoutingKit::invert_inverse_vector(first), roots = read(arguments[2]);
    const unsigned n = static_cast<unsigned>(first.size() - 1);
    const Numbers origins(roots.begin(), roots.begin() + roots.size() / 2), destinations(roots.begin() + roots.size() / 2, roots.end());
    std::printf("task,median_ms,samples\n");

    RoutingKit::ContractionHierarchy hierarchy;
    row("hierarchy", {once([&] { hierarchy = RoutingKit::ContractionHierarchy::build(n, tail, head, weight); })});
    RoutingKit::ContractionHierarchyQuery query(hierarchy);
    const auto all_from = [&](unsigned origin, unsigned* times) {
        query.reset_source().add_source(origin).run_to_pinned_targets().get_distances_to_targets(times);
    };

    Numbers everybody(n), tree(n), trees;
    std::iota(everybody.begin(), everybody.end(), 0u);
    query.reset().pin_targets(everybody);
    std::vector<double> times;
    all_from(origins[0], tree.data());
    for (unsigned at = 0; at < samples; ++at) {
        times.push_back(once([&] { all_from(origins[at], tree.data()); }));
        if (at < kept) trees.insert(trees.end(), tree.begin(), tree.end());
    }
    row("one to all", times);

    // Pinning is part of a matrix, as gathering what lies above the targets is of onehour's.
    Numbers matrix(origins.size() * destinations.size());
    const auto whole = [&] {
        query.reset().pin_targets(destinations);
        for (size_t at = 0; at < origins.size(); ++at) all_from(origins[at], &matrix[at * destinations.size()]);
    };
    whole();
    times.clear();
    for (unsigned at = 0; at < samples; ++at) times.push_back(once(whole));
    row("matrix", times);
    write(answers + "/trees", trees);
    write(answers + "/matrix", matrix);
}
