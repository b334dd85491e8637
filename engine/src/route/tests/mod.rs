mod brute;
mod ladder;
mod legs;
mod refusals;
mod rules;
mod sandbox;
mod spread;
