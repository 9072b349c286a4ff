#include "ingot/threads.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {
struct Delete {
  void operator()(ingot_parallel *pool) const { ingot_pool_destroy(pool); }
};
using Pool = std::unique_ptr<ingot_parallel, Delete>;

struct Counter {
  const ingot_parallel *pool;
  std::vector<std::atomic<int>> visits;
  Counter(const ingot_parallel *pool, int64_t count) : pool(pool), visits(size_t(count)) {}
};
} // namespace

static void visit(void *data, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    ++static_cast<Counter *>(data)->visits[size_t(i)];
}

static bool allOnce(const Counter &counter, int times = 1) {
  for (const auto &visits : counter.visits)
    if (visits != times)
      return false;
  return true;
}

TEST_CASE("every index is run once, for any count and any number of threads") {
  for (int threads : {1, 2, 3, 7}) {
    Pool pool(ingot_pool_create(threads));
    REQUIRE(pool);
    CHECK(pool->threads == threads);
    for (int64_t count : {0, 1, 2, 5, 63, 64, 1000, 100003}) {
      Counter counter(pool.get(), count);
      pool->parallel_for(pool.get(), count, visit, &counter);
      CHECK(allOnce(counter));
    }
  }
}

TEST_CASE("a negative count runs nothing") {
  Pool pool(ingot_pool_create(2));
  Counter counter(pool.get(), 1);
  pool->parallel_for(pool.get(), -5, visit, &counter);
  CHECK(counter.visits[0] == 0);
}

TEST_CASE("many short jobs in a row neither get lost nor hang") {
  Pool pool(ingot_pool_create(4));
  Counter counter(pool.get(), 16);
  for (int i = 0; i < 20000; ++i)
    pool->parallel_for(pool.get(), 16, visit, &counter);
  CHECK(allOnce(counter, 20000));
}

static void visitNested(void *data, int64_t begin, int64_t end) {
  auto *counter = static_cast<Counter *>(data);
  for (int64_t i = begin; i < end; ++i)
    counter->pool->parallel_for(counter->pool, int64_t(counter->visits.size()), visit, counter);
}

TEST_CASE("nested calls run inline") {
  Pool pool(ingot_pool_create(3));
  Counter counter(pool.get(), 50);
  pool->parallel_for(pool.get(), 20, visitNested, &counter);
  CHECK(allOnce(counter, 20));
}

TEST_CASE("two threads may use one pool at once") {
  Pool pool(ingot_pool_create(3));
  Counter a(pool.get(), 500), b(pool.get(), 500);
  auto work = [&](Counter &counter) {
    for (int i = 0; i < 500; ++i)
      pool->parallel_for(pool.get(), 500, visit, &counter);
  };
  std::thread other([&] { work(b); });
  work(a);
  other.join();
  CHECK(allOnce(a, 500));
  CHECK(allOnce(b, 500));
}

TEST_CASE("pools are made for sensible numbers only") {
  CHECK_FALSE(ingot_pool_create(-1));
  CHECK_FALSE(ingot_pool_create(1 << 20));
  Pool all(ingot_pool_create(0));
  REQUIRE(all);
  CHECK(all->threads >= 1);
  ingot_pool_destroy(nullptr);
}
