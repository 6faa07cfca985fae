// The plain way in C++, one thread, asked by lines as our-engine.mjs is: twin INDEX
//
//   count   a binary search for any occurrence, then for the first and the last
//   codf    both searches; the document of each occurrence from a table of 4 bytes a token; documents of the
//           first n-gram are stamped, those of the second are counted where they bear the stamp
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using Ngram = std::vector<uint16_t>;
using Clock = std::chrono::steady_clock;

template <typename T> std::vector<T> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(size_t(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), values.size() * sizeof(T));
  return values;
}

struct Index {
  std::vector<uint16_t> tokens;
  std::vector<uint32_t> table;  // byte pointers of four bytes
  std::vector<uint32_t> documentOf, stamps;
  uint32_t stamp = 0;

  explicit Index(const std::string& folder) : tokens(read<uint16_t>(folder + "/tokenized.0")) {
    const auto bytes = read<uint8_t>(folder + "/table.0");
    const size_t width = bytes.size() / tokens.size();
    table.resize(tokens.size());
    for (size_t i = 0; i < table.size(); i++) std::memcpy(&table[i], &bytes[i * width], width);
    documentOf.resize(tokens.size());
    const auto offsets = read<uint64_t>(folder + "/offset.0");
    size_t document = 0;
    for (size_t i = 0; i < tokens.size(); i++) {
      while (document + 1 < offsets.size() && offsets[document + 1] <= 2 * i) document++;
      documentOf[i] = document;
    }
    stamps.resize(offsets.size());
  }

  int compare(size_t rank, const Ngram& query) const {
    const size_t at = table[rank] / 2;
    const size_t length = std::min(query.size(), tokens.size() - at);
    const int order = std::memcmp(&tokens[at], query.data(), 2 * length);
    return order != 0 || length == query.size() ? order : -1;
  }

  /** The first rank of [low, high) that sorts behind the query, or, unless `behind`, not before it. */
  size_t bound(size_t low, size_t high, const Ngram& query, bool behind) const {
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      const int order = compare(middle, query);
      if (order < 0 || (behind && order == 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  std::pair<size_t, size_t> find(const Ngram& query) const {
    size_t low = 0, high = tokens.size();
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      const int order = compare(middle, query);
      if (order == 0) return {bound(low, middle, query, false), bound(middle + 1, high, query, true)};
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return {low, low};
  }

  uint64_t count(const Ngram& query) const {
    const auto [start, end] = find(query);
    return end - start;
  }

  uint64_t codf(const Ngram& a, const Ngram& b) {
    const auto [startA, endA] = find(a);
    const auto [startB, endB] = find(b);
    stamp += 2;
    for (size_t rank = startA; rank < endA; rank++) stamps[documentOf[table[rank] / 2]] = stamp;
    uint64_t shared = 0;
    for (size_t rank = startB; rank < endB; rank++) {
      uint32_t& seen = stamps[documentOf[table[rank] / 2]];
      if (seen != stamp) continue;
      seen = stamp + 1;
      shared++;
    }
    return shared;
  }
};

std::vector<std::vector<Ngram>> readQuestions(const std::string& path) {
  std::vector<std::vector<Ngram>> questions;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::vector<Ngram> parts(1);
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (word == "|") parts.emplace_back();
      else parts.back().push_back(uint16_t(std::stoul(word)));
    }
    questions.push_back(parts);
  }
  return questions;
}

int main(int, char** arguments) {
  const auto opening = Clock::now();
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  Index index(arguments[1]);
  std::cout << "{\"seconds\":" << since(opening) << "}" << std::endl;
  std::map<std::string, std::vector<std::vector<Ngram>>> files;
  for (std::string line; std::getline(std::cin, line);) {
    std::string work, file, mode;
    std::istringstream(line) >> work >> file >> mode;
    if (!files.contains(file)) files[file] = readQuestions(file);
    std::vector<uint64_t> answers;
    const auto start = Clock::now();
    for (const auto& question : files[file])
      answers.push_back(work == "count" ? index.count(question[0])
                                        : index.codf(question[0], question[1]));
    const double seconds = since(start);
    uint64_t sum = 0;
    for (const uint64_t answer : answers) sum += answer;
    std::cout << "{\"seconds\":" << seconds << ",\"sum\":" << sum;
    if (mode == "answers") {
      std::cout << ",\"answers\":[";
      for (size_t i = 0; i < answers.size(); i++) std::cout << (i ? ",[" : "[") << answers[i] << "]";
      std::cout << "]";
    }
    std::cout << "}" << std::endl;
  }
}
