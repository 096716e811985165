"""A narrow net: inputs, one hidden layer, two outputs."""
import numpy as np

# Many narrow nets: they learn less of what is peculiar to a set than few wide ones.
HIDDEN = 8


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Net:
    """inputs - HIDDEN (tanh) - 2 (logistic), trained by Adam on weighted cross entropy with weight decay."""

    def __init__(self, inputs, seed):
        self.random = np.random.default_rng(seed)
        self.parts = [self.random.normal(0, 1 / np.sqrt(inputs), (inputs, HIDDEN)), np.zeros(HIDDEN),
                      self.random.normal(0, 1 / np.sqrt(HIDDEN), (HIDDEN, 2)), np.zeros(2)]

    def fit(self, x, y, weights, epochs, rate, decay, batch=128):
        first = [np.zeros_like(p) for p in self.parts]
        second = [np.zeros_like(p) for p in self.parts]
        step = 0
        total = epochs * ((len(x) + batch - 1) // batch)
        for _ in range(epochs):
            order = self.random.permutation(len(x))
            for start in range(0, len(x), batch):
                pick = order[start:start + batch]
                step += 1
                slope = rate * 0.5 * (1 + np.cos(np.pi * step / total))
                for k, gradient in enumerate(self.gradients(x[pick], y[pick], weights[pick])):
                    if k % 2 == 0:
                        gradient = gradient + decay * self.parts[k]
                    first[k] = 0.9 * first[k] + 0.1 * gradient
                    second[k] = 0.999 * second[k] + 0.001 * gradient ** 2
                    move = (first[k] / (1 - 0.9 ** step)) / (np.sqrt(second[k] / (1 - 0.999 ** step)) + 1e-8)
                    self.parts[k] = self.parts[k] - slope * move
        return self

    def gradients(self, x, y, weights):
        hidden = np.tanh(x @ self.parts[0] + self.parts[1])
        error = (sigmoid(hidden @ self.parts[2] + self.parts[3]) - y) * weights[:, None] / len(x)
        back = (error @ self.parts[2].T) * (1 - hidden ** 2)
        return [x.T @ back, back.sum(0), hidden.T @ error, error.sum(0)]

    def outputs(self, x):
        return sigmoid(np.tanh(x @ self.parts[0] + self.parts[1]) @ self.parts[2] + self.parts[3])
