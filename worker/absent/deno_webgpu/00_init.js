(function () {
return { loadWebGPU: () => ({}) };
})();
