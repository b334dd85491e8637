mod brute;
mod ladder;
mod legs;
mod rules;
mod sandbox;
