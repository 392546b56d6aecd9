// Drives a served model by UM-Bridge's own client: the address is the first argument. Fails by an exception or an assertion.
#undef NDEBUG
#include <cassert>
#include <cmath>
#include <iostream>
#include "umbridge.h"

using Vectors = std::vector<std::vector<double>>;

int main(int, char** argv) {
  const std::string host = argv[1];
  const auto models = umbridge::SupportedModels(host);
  assert(std::find(models.begin(), models.end(), "pair") != models.end());

  umbridge::HTTPModel model(host, "pair");
  assert(model.SupportsEvaluate() && model.SupportsGradient());
  assert(model.SupportsApplyJacobian() && model.SupportsApplyHessian());
  assert(model.GetInputSizes() == std::vector<std::size_t>({2, 4}));
  assert(model.GetOutputSizes() == std::vector<std::size_t>({1, 3}));

  const Vectors at = {{1, 2}, {1, 0, 3, -1}};
  assert(model.Evaluate(at) == Vectors({{2}, {1, 1, 1}}));
  assert(model.Gradient(0, 0, at, {1}) == std::vector<double>({8, -2}));
  assert(model.ApplyJacobian(1, 0, at, {1, 0}) == std::vector<double>({2, 6, 1}));
  assert(model.ApplyHessian(0, 0, 0, at, {1}, {1, 0}) == std::vector<double>({20, -6}));
  const auto mixed = model.ApplyHessian(0, 1, 0, at, {1}, {1, 0});
  assert(mixed.size() == 4);
  assert(model.ApplyHessian(0, 0, 1, at, {1}, {1, 0, 0, 0})[0] == mixed[0]);

  nlohmann::json config;
  config["x"] = {1, 2};
  assert(model.GetInputSizes(config) == std::vector<std::size_t>({4}));
  assert(model.Evaluate({at[1]}, config) == Vectors({{2}, {1, 1, 1}}));

  umbridge::HTTPModel same(host, "same", true);
  const std::vector<double> odd = {5e-324, 1e300, 9007199254740994.0, 0.1};
  assert(same.Evaluate({odd}) == Vectors({odd}));

  bool isTold = false;
  try {
    model.Evaluate({{1}, {1, 0, 3, -1}});
  } catch (const std::exception& error) {
    isTold = std::string(error.what()).find("InvalidInput") != std::string::npos;
  }
  assert(isTold);
  std::cout << "the client for C++ drives a model" << std::endl;
}
